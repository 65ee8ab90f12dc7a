import { z } from "zod";
import { SteeringError } from "../errors";
import { machine } from "../evaluate/made";
import { jsonText, parseJsonFile } from "../files/json";
import type { EngineOptions } from "../model/options";
import type { Storage } from "./storage/storage";

const FILE = "workers.json";

const workerKind = z.object({ processor: z.string(), device: z.string(), threads: z.int() });
type WorkerKind = z.infer<typeof workerKind>;

/**
 * The first worker of a storage says on what its shards are computed: another processor, device or number of threads may round
 * otherwise, so that the merged bytes would depend on who did what.
 *
 * @throws ERR_RUN_MISMATCH for a worker of another kind
 */
export async function requireSameKind(storage: Storage, device: string, engine: EngineOptions): Promise<void> {
  const { processor, threads } = machine(device, engine);
  const own: WorkerKind = { processor, device, threads };
  if (await storage.putNew(FILE, jsonText(own))) return;
  const found = parseJsonFile(`${storage.name}/${FILE}`, (await storage.get(FILE))!, workerKind);
  const differing = (Object.keys(own) as (keyof WorkerKind)[]).filter((name) => own[name] !== found[name]);
  if (differing.length === 0) return;
  const list = differing.map((name) => `${name}: ${found[name]} there, ${own[name]} here`).join("; ");
  const message = `the shards in ${storage.name} are computed on workers of another kind (${list}), which may round otherwise: work with "mixed" if that is meant`;
  throw new SteeringError("ERR_RUN_MISMATCH", message, { storage: storage.name, expected: found, actual: own });
}
