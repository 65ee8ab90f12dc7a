import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SteeringError } from "../errors";
import { writeFileAtomically } from "../files/atomic-write";
import { makeFolder } from "../files/folder";
import { hubEndpoint, isOffline } from "./environment";
import { refPath, requireOwn } from "./layout";
import { hubClient } from "./packages";
import { PassingFailure, PATIENCE, persist, type Patience } from "./passing-failure";
import { isCommit, referenceText, type HubReference } from "./reference";
import { hubRefusal } from "./refusal";
import { bodyOf, get } from "./request";
import { answerError, knownTree, readTree, type HubFile } from "./tree";

/** A repository at one commit. */
export interface Repository {
  /** With the commit as its revision. */
  readonly reference: HubReference;
  /** All of its files; undefined where nobody has listed them and the hub is not to be asked. */
  readonly files: readonly HubFile[] | undefined;
}

/** How the hub is asked. */
export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience;
  /** Nothing is asked of the hub, as with `HF_HUB_OFFLINE`. */
  readonly cacheOnly?: boolean | undefined;
}

const MOST_ANSWER_BYTES = 2 ** 26;
/** Of a list, a thousand files each. */
const MOST_PAGES = 200;

/**
 * What a repository has at a revision: of a commit as it was listed once, of a branch or tag as the hub says now, or
 * where the hub cannot be reached as it said last.
 *
 * @throws ERR_HUB_ACCESS, ERR_HUB_NOT_FOUND, ERR_HUB_ANSWER, ERR_HUB_OFFLINE, ERR_DOWNLOAD
 */
export async function openRepository(reference: HubReference, options: AskOptions = {}): Promise<Repository> {
  const { cacheOnly = isOffline() } = options;
  if (cacheOnly) {
    const commit = await lastCommit(reference);
    if (commit === undefined) throw notHere(reference);
    return { reference: { ...reference, revision: commit }, files: await knownTree(reference, commit) };
  }
  const commit = await currentCommit(reference, options);
  const known = await knownTree(reference, commit);
  return { reference: { ...reference, revision: commit }, files: known ?? (await list(reference, commit, options)) };
}

/** Without the hub. */
export function notHere(reference: HubReference, missing = "it"): SteeringError {
  const what = referenceText(reference);
  const why = isOffline() ? "HF_HUB_OFFLINE is set" : "the hub is not asked";
  return new SteeringError("ERR_HUB_OFFLINE", `${what}: ${why}, and ${missing} is not in the cache`, {
    reference: what,
  });
}

async function lastCommit(reference: HubReference): Promise<string | undefined> {
  const { revision } = reference;
  if (isCommit(revision)) return revision;
  const commit = await readFile(refPath(reference, revision), "utf8").then(
    (text) => text.trim(),
    () => "",
  );
  return isCommit(commit) ? commit : undefined;
}

async function currentCommit(reference: HubReference, options: AskOptions): Promise<string> {
  const { revision } = reference;
  if (isCommit(revision)) return revision;
  const last = await lastCommit(reference);
  try {
    const commit = await askCommit(reference, last === undefined ? options : { ...options, patience: ONCE });
    if (commit !== last) await keepCommit(reference, commit);
    return commit;
  } catch (error) {
    if (last !== undefined && error instanceof PassingFailure) return last;
    throw error;
  }
}
const ONCE: Patience = { ...PATIENCE, attempts: 1 };

async function askCommit(reference: HubReference, options: AskOptions): Promise<string> {
  const { modelInfo, datasetInfo } = hubClient();
  const { type, repository: name, revision } = reference;
  const question = { name, revision, hubUrl: hubEndpoint(), fetch: fetchFor(reference, options) };
  const fields = { additionalFields: ["sha" as const] };
  const { sha } = await sensibly(reference, options, () => {
    return type === "model" ? modelInfo({ ...question, ...fields }) : datasetInfo({ ...question, ...fields });
  });
  if (typeof sha === "string" && isCommit(sha)) return sha;
  throw answerError(reference, "it names no commit");
}

/** For a time without the hub. Where nothing can be written it has to be asked again: no error. */
async function keepCommit(reference: HubReference, commit: string): Promise<void> {
  const path = refPath(reference, reference.revision);
  try {
    await requireOwn(reference, dirname(path));
    await makeFolder(dirname(path));
    await writeFileAtomically(path, commit);
  } catch {
    // a full disk, a cache that is read-only, or not one
  }
}

async function list(reference: HubReference, commit: string, options: AskOptions): Promise<HubFile[]> {
  const { listFiles } = hubClient();
  const { type, repository: name } = reference;
  const fetch = fetchFor(reference, options);
  const question = { repo: { type, name }, revision: commit, recursive: true, hubUrl: hubEndpoint(), fetch };
  return await sensibly(reference, options, () => readTree(reference, commit, listFiles(question)));
}

/** What the hub's client throws over an answer that it did not expect is the answer's fault. */
async function sensibly<T>(reference: HubReference, { signal }: AskOptions, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof SteeringError ? error : answerError(reference, (error as Error).message);
  }
}

/** What the hub's client asks by: our requests, each of which is tried again, with answers of a bounded size. */
function fetchFor(reference: HubReference, { signal, patience = PATIENCE }: AskOptions): typeof fetch {
  let pages = 0;
  return async (address) => {
    const url = new URL(address).href;
    if (++pages > MOST_PAGES) throw answerError(reference, `a list of more than ${MOST_PAGES} pages`);
    if (new URL(url).origin !== new URL(hubEndpoint()).origin) throw answerError(reference, "it goes on elsewhere");
    return await persist(
      async () => {
        const answer = await get(url, { headers: { accept: "application/json" }, signal });
        const body = await bodyOf(answer, url, { mostBytes: MOST_ANSWER_BYTES, signal });
        if (!body) throw answerError(reference, `it has more than ${MOST_ANSWER_BYTES} bytes`);
        if (answer.status !== 200) throw hubRefusal(answer, reference);
        if (!isJson(body)) throw answerError(reference, "it is not JSON");
        return new Response(body, { headers: { link: answer.headers["link"] ?? "" } });
      },
      signal,
      patience,
    );
  };
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}
