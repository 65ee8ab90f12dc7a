import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { invalidArgument, SteeringError } from "../errors";
import { given } from "../options/given";
import { cacheFolder } from "../files/cache-folder";
import { discard, makeFolder } from "../files/folder";
import { sha256Of } from "../files/hash";
import { writeJson } from "../files/json";
import { recall } from "../files/recall";
import { count } from "../files/schema";
import { writeError } from "../files/write-error";
import { sizeOf } from "./cached-file";
import { requireSpace } from "./disk-space";
import { isOffline } from "./environment";
import type { FetchOptions } from "./fetch-files";
import { PATIENCE, persist } from "./passing-failure";
import { decoded, isSafePath } from "./reference";
import { otherRefusal } from "./refusal";
import { get, shown, type Answer } from "./request";
import { transfer, type Transfer } from "./transfer";
import { whileLocked } from "./waited-lock";

/** What a server said of a file: of other bytes it would say something else. */
const said = z.object({ format: z.literal(1), sizeBytes: count, validator: z.string().optional() });
type Said = z.infer<typeof said>;

/**
 * A file of any server, in this program's own cache: brought here again only when the server says that it has changed.
 *
 * @throws ERR_INVALID_ARGUMENT, ERR_HUB_OFFLINE, ERR_DOWNLOAD, ERR_FILE_WRITE; the signal's reason
 */
export async function fetchUrl(address: string, options: FetchOptions = {}): Promise<string> {
  const { cacheOnly = isOffline(), signal } = options;
  const name = decoded(new URL(address).pathname.split("/").at(-1)!, address);
  if (!isSafePath(name) || name.includes("/"))
    throw invalidArgument("model", "an address that ends in a file's name", address);
  const folder = cacheFolder("downloads", sha256Of([address]).slice(0, 16));
  const path = join(folder, name);
  const known = await recall(`${path}.json`, said);
  const isHere = known !== undefined && (await sizeOf(path)) === known.sizeBytes;
  if (cacheOnly) {
    if (isHere) return path;
    throw new SteeringError("ERR_HUB_OFFLINE", `${shown(address)}: HF_HUB_OFFLINE is set, and it is not in ${folder}`, {
      reference: shown(address),
    });
  }
  await makeFolder(folder);
  await whileLocked(join(folder, "lock"), signal, () => refresh(address, path, options));
  return path;
}

async function refresh(address: string, path: string, options: FetchOptions): Promise<void> {
  const { onDownload, onProgress, signal, patience = PATIENCE } = options;
  const now = await persist(() => look(address, signal), signal, patience);
  const known = await recall(`${path}.json`, said);
  const partial = `${path}.incomplete`;
  const isSame = now.validator !== undefined && known?.validator === now.validator && known.sizeBytes === now.sizeBytes;
  if (isSame && (await sizeOf(path)) === now.sizeBytes) return;
  if (!isSame) {
    await discard(path);
    await discard(partial);
    await writeJson(`${path}.json`, now);
  }
  const { sizeBytes: total, validator } = now;
  const folder = dirname(path);
  const sizeBytes = total - ((await sizeOf(partial)) ?? 0);
  await requireSpace(folder, sizeBytes);
  const what = shown(address);
  onDownload?.({ reference: what, nFiles: 1, sizeBytes, folder });
  const asked: Transfer = {
    url: address,
    partial,
    sizeBytes: total,
    isSame: (answer) => validatorOf(answer) === validator,
    ...(validator !== undefined && { partHeaders: { "if-range": validator } }),
    refusal: (answer) => otherRefusal(what, answer),
  };
  const onBytes = (done: number) => onProgress?.({ step: `download of ${what}`, done, total, unit: "bytes" });
  await transfer(asked, { onBytes, signal, patience });
  await rename(partial, path).catch((error: unknown) => {
    throw writeError(path, error);
  });
}

/** Asks for the first byte: servers that sign their addresses answer to GET alone. */
async function look(address: string, signal: AbortSignal | undefined): Promise<Said> {
  const answer = await get(address, { headers: { range: "bytes=0-0" }, signal });
  answer.body.on("error", () => undefined).destroy();
  if (answer.status !== 200 && answer.status !== 206) throw otherRefusal(shown(address), answer);
  const size =
    answer.status === 206 ? answer.headers["content-range"]?.split("/")[1] : answer.headers["content-length"];
  if (/^\d{1,14}$/.test(size ?? "")) {
    return { format: 1, sizeBytes: Number(size), ...given({ validator: validatorOf(answer) }) };
  }
  throw new SteeringError("ERR_DOWNLOAD", `${shown(address)}: the server does not say how large it is`, {
    url: shown(address),
  });
}

/** What If-Range takes. */
function validatorOf({ headers }: Answer): string | undefined {
  return headers["etag"] ?? headers["last-modified"];
}
