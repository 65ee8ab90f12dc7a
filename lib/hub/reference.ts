import { resolve } from "node:path";
import { invalidArgument } from "../errors";

/** Something in a repository of the Hugging Face hub. */
export interface HubReference {
  readonly type: "model" | "dataset";
  /** "user/name" */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** A file or a folder in it; undefined for all of it. */
  readonly path?: string;
  /** What the name of the model's file has: "Q4_K_M". */
  readonly quantisation?: string;
}

const FORM = "hf:user/repository, then where wanted /path or :quantisation, and @revision";
const MAIN = "main";
const COMMIT = /^[0-9a-f]{40}$/;

/** As the hub allows them: no `..`, no `--`, which parts the names of the cache's folders. */
const NAME = /^(?!.*(\.\.|--))[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
const REVISION = /^(?!.*(\.\.|\/\/))\w(?:[\w./+-]{0,254}[\w+-])?$/;
const QUANTISATION = /^\w+$/;
/** What no file of a repository may be called: it would lie elsewhere on some system, or not be seen for what it is. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNSAFE = /(^|\/)(\.{1,2}|)(\/|$)|[\\:\0-\x1f\x7f]/;

/** Whether text names something to download; else it is a path. */
export function isReference(text: string): boolean {
  return /^(hf:|https?:\/\/)/.test(text);
}

/** A path from the root; a reference as it is. */
export function absolute(source: string): string {
  return isReference(source) ? source : resolve(source);
}

/**
 * What text that begins with `hf:` names, or the address of a file or folder on the hub's pages; undefined for the
 * address of anything else.
 *
 * @param endpoint of the hub: "https://huggingface.co"
 * @throws ERR_INVALID_ARGUMENT
 */
export function parseReference(text: string, endpoint: string): HubReference | undefined {
  if (text.startsWith("hf:")) return parseShort(text);
  const { origin, pathname } = urlOf(text);
  if (origin !== new URL(endpoint).origin) return undefined;
  const page = /^\/(datasets\/)?([^/]+\/[^/]+)(?:\/(?:resolve|blob|tree)\/([^/]+)(?:\/(.+?))?)?\/?$/.exec(pathname);
  if (!page) throw invalidArgument("reference", `an address of a repository, a file or a folder`, text);
  const [, datasets = "", repository, revision = MAIN, path] = page.map((part) => part && decoded(part, text));
  return checked(text, { type: datasets ? "dataset" : "model", repository: repository!, revision }, path);
}

/** The form that stands for exactly these bytes. */
export function referenceText({ type, repository, revision, path }: HubReference): string {
  const place = [...(type === "dataset" ? ["datasets"] : []), repository, ...(path === undefined ? [] : [path])];
  const isPlain = revision === MAIN && !path?.includes("@");
  return `hf:${place.join("/")}${isPlain ? "" : `@${revision}`}`;
}

export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/** Whether a file of a repository may be called this. */
export function isSafePath(path: string): boolean {
  return path.length <= 1024 && !UNSAFE.test(path);
}

/** A part of an address without its `%`. @throws ERR_INVALID_ARGUMENT where that spells nothing */
export function decoded(part: string, address: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidArgument("reference", "an address in which every % begins a character of UTF-8", address);
  }
}

/** The last part of a path or reference, without revision and quantisation: what to call it. */
export function sourceName(source: string): string {
  const path = isReference(source) ? source.replace(/@[^@]*$/, "").replace(/:\w+$/, "") : source;
  return path.split(/[\\/]/).at(-1)!;
}

function parseShort(text: string): HubReference {
  const [, datasets, repository, path, quantisation, revision = MAIN] =
    /^hf:(datasets\/)?([^/:@]+\/[^/:@]+)(?:\/([^:@][^:]*?))?(?::([^/@:]+))?(?:@([^@]+))?$/.exec(text) ?? [];
  if (repository === undefined) throw invalidArgument("reference", FORM, text);
  if (quantisation !== undefined && (path !== undefined || datasets || !QUANTISATION.test(quantisation))) {
    throw invalidArgument("reference", "a quantisation such as Q4_K_M right after user/repository", text);
  }
  const reference = checked(text, { type: datasets ? "dataset" : "model", repository, revision }, path);
  return { ...reference, ...(quantisation !== undefined && { quantisation }) };
}

function checked(text: string, reference: HubReference, path = ""): HubReference {
  const { repository, revision } = reference;
  const inside = path.replace(/\/$/, "");
  const [user, name] = repository.split("/");
  const isRepository = user !== "datasets" && NAME.test(user!) && NAME.test(name!); // a data set of no user is not read
  const isOne = isRepository && REVISION.test(revision);
  if (!isOne || (inside !== "" && (!isSafePath(inside) || inside.startsWith("@"))))
    throw invalidArgument("reference", FORM, text);
  return { ...reference, ...(inside !== "" && { path: inside }) };
}

function urlOf(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw invalidArgument("reference", "an address", text);
}
