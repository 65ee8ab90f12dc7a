import { SteeringError } from "../../errors";
import { PLAN_FILE, type StoredPlan } from "../plan";
import { FolderStorage } from "./folder";
import { S3Storage } from "./s3";
import type { Storage } from "./storage";

/**
 * The storage of a plan: the folder that it lies in unless another is named.
 *
 * @throws ERR_RUN_MISMATCH for one with the shards of another plan
 */
export async function openStorage({ directory, text }: StoredPlan, name = directory): Promise<Storage> {
  const storage = S3Storage.isName(name) ? new S3Storage(name) : new FolderStorage(name);
  if (await storage.putNew(PLAN_FILE, text)) return storage;
  if ((await storage.get(PLAN_FILE))?.equals(Buffer.from(text))) return storage;
  const message = `${name} holds the shards of another plan than ${directory}: give each plan a storage of its own`;
  throw new SteeringError("ERR_RUN_MISMATCH", message, { storage: name, plan: directory });
}
