import { sum } from "../statistics/mean";
import { hubEndpoint } from "./environment";
import { fetchFiles, missingBytes, type FetchOptions, type Planned } from "./fetch-files";
import { fetchUrl } from "./fetch-url";
import { snapshotPath } from "./layout";
import { modelFiles } from "./model-files";
import { isReference, parseReference, referenceText } from "./reference";
import { notHere, openRepository } from "./repository";

/** What a reference stood for, on this machine. */
export interface Fetched {
  readonly path: string;
  /** What stands for the same for good: of a branch or tag the commit. */
  readonly reference: string;
}

/**
 * A model's file: of the hub (`hf:user/repository:Q4_K_M`, `hf:user/repository/file.gguf@revision`), of an https address,
 * or a path, which comes back as it is. What is downloaded lies in the cache that programs share, and is not downloaded
 * again.
 *
 * @throws ERR_INVALID_ARGUMENT, and as `fetchFiles`
 */
export async function fetchModel(source: string, options: FetchOptions = {}): Promise<Fetched> {
  return await (await planModel(source, options)).fetch();
}

/** The same, before anything is downloaded. @throws as `fetchModel` */
export async function planModel(source: string, options: FetchOptions): Promise<Planned<Fetched>> {
  if (!isReference(source)) return whatIsHere({ path: source, reference: source });
  const asked = parseReference(source, hubEndpoint());
  if (asked === undefined) {
    const fetch = async () => ({ path: await fetchUrl(source, options), reference: source });
    return { sizeBytes: undefined, missingBytes: undefined, fetch };
  }
  const { reference, files } = await openRepository(asked, options);
  if (files === undefined) throw notHere(asked, "the list of its files");
  const parts = modelFiles(files, reference);
  const { path } = parts[0]!;
  const { type, repository, revision } = reference;
  return {
    sizeBytes: sum(parts.map(({ sizeBytes }) => sizeBytes)),
    missingBytes: await missingBytes(reference, parts),
    fetch: async () => {
      await fetchFiles(reference, parts, options);
      return {
        path: snapshotPath(reference, revision, path),
        reference: referenceText({ type, repository, revision, path }),
      };
    },
  };
}

/** What is on this machine already. */
export function whatIsHere(fetched: Fetched): Planned<Fetched> {
  return { sizeBytes: undefined, missingBytes: 0, fetch: () => Promise.resolve(fetched) };
}
