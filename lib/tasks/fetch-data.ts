import { invalidArgument } from "../errors";
import type { FetchOptions } from "../hub/fetch-files";
import { fetchFolder } from "../hub/fetch-folder";
import type { Fetched } from "../hub/fetch-model";
import type { Task } from "./task";

/**
 * What a task reads: a path as it is; a data set of the hub (`hf:datasets/user/repository`), or where nothing is named the
 * task's own, of which only the files that it needs are downloaded.
 *
 * @throws ERR_INVALID_ARGUMENT where nothing is named and the task has none of its own; as `fetchFolder`
 */
export async function fetchData(
  { name, published }: Task,
  data: string | undefined,
  options: FetchOptions = {},
): Promise<Fetched> {
  const wanted = (path: string) => published?.files.test(path) ?? true;
  if (data !== undefined) return await fetchFolder(data, wanted, options);
  if (published === undefined) throw invalidArgument("data", `a folder or a file for task ${name} to read`, data);
  return await fetchFolder(`hf:datasets/${published.repository}@${published.revision}`, wanted, options);
}
