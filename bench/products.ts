import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { libraryDirectory } from "../lib/native/platform";
import { program, ROOT } from "./programs";
import type { Spent } from "./rounds";
import type { Subject } from "./subject";

/** What bench/products.cpp prints. */
interface ProductsRun extends Spent {
  /** Of the products that took so long. */
  flop: number;
  /** Of the matrices that every token is multiplied with. */
  weights: number;
}

const ROWS = 512;

/** What the products of so many tokens with the model's matrices take by themselves, by `kernel`. */
export async function products({ modelPath, threads }: Subject, kernel: string, nTokens: number): Promise<Spent> {
  const options = {
    "--libraries": libraryDirectory(ROOT)!,
    "--model": modelPath,
    "--kernel": kernel,
    "--rows": String(ROWS),
    "--threads": String(threads),
  };
  const { stdout } = await promisify(execFile)(program("products"), Object.entries(options).flat());
  const { wall, processor, flop, weights } = JSON.parse(stdout) as ProductsRun;
  const share = (2 * weights * nTokens) / flop;
  return { wall: share * wall, processor: share * processor };
}
