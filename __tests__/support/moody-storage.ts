import { SteeringError } from "../../lib/errors";
import type { Storage } from "../../lib/shard/storage/storage";

/** A storage that refuses as often as `random` is below `share`, of puts every other time after it did what was asked. */
export function moodyStorage(storage: Storage, random: () => number, share: number): Storage & { refused: number } {
  const refuse = (code: "ERR_FILE_WRITE" | "ERR_FILE_FORMAT", name: string) => {
    moody.refused += 1;
    throw new SteeringError(code, `cannot reach ${name}: EIO`, { name });
  };
  const reading = async <T>(name: string, read: () => Promise<T>) =>
    random() < share ? refuse("ERR_FILE_FORMAT", name) : read();
  const writing = async <T>(name: string, write: () => Promise<T>) => {
    if (random() >= share) return await write();
    if (random() < 0.5) await write();
    return refuse("ERR_FILE_WRITE", name);
  };
  const moody = {
    name: storage.name,
    refused: 0,
    get: (name: string) => reading(name, () => storage.get(name)),
    list: (folder: string) => reading(folder, () => storage.list(folder)),
    put: (name: string, bytes: string | Uint8Array) => writing(name, () => storage.put(name, bytes)),
    putNew: (name: string, bytes: string | Uint8Array) => writing(name, () => storage.putNew(name, bytes)),
  };
  return moody;
}
