import type { RandomBelow } from "../../lib/statistics/random";
import { damage, edge, pick } from "./bytes";
import { mutateJson } from "./json";

/** What a server says. */
export interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const WORDS = [
  ...[
    "../../outside/secret",
    "/etc/passwd",
    "C:\\secret",
    "layer_0/../../secret",
    "layer_0",
    "layer_0/cfg.json/x",
    "..",
  ],
  ...["a/./b", "CON", "\u202egguf", "main", "0".repeat(40), "f".repeat(64), "directory", "file", "model-Q8_0.gguf"],
];
const STATUSES = [
  200, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 408, 416, 418, 429, 500, 502, 503, 599,
];
const CODES = ["GatedRepo", "RepoNotFound", "RevisionNotFound", "EntryNotFound", "__proto__", "constructor", ""];

/** Of each header that is read, what a server may say that means harm, or nothing. */
const HEADERS: Readonly<Record<string, (elsewhere: string, random: RandomBelow) => string>> = {
  location: (elsewhere, random) =>
    pick(random, [
      ...["file:///etc/passwd", "data:,secret", "ftp://127.0.0.1/x", "javascript:1", "http://[", "//", "", "?again"],
      ...["https://127.0.0.1:1/x", "http://127.0.0.1:1/x", `${elsewhere}/store/user/repo/none`, `${elsewhere}/`],
    ]),
  link: (elsewhere, random) =>
    pick(random, [
      ...["<", "<>", '<>; rel="next"', '<file:///etc/passwd>; rel="next"', '<http://[>; rel="next"'],
      ...[
        `<${elsewhere}/api>; rel="next"`,
        '</api/models/user/repo/tree/main>; rel="next"',
        '<x>; rel="next"; rel=next',
      ],
    ]),
  etag: (_, random) => pick(random, ["", '""', "W/", '"../../outside"', `"${"0".repeat(64)}"`, "a".repeat(9000)]),
  "x-linked-etag": (_, random) => pick(random, ["", '"../x"', `"${"0".repeat(40)}"`, `"${"0".repeat(64)}"`, "a, b"]),
  "x-linked-size": (_, random) => String(edge(random, 1500n)),
  "content-length": (_, random) => String(pick(random, [0, 1, 299, 301, 1499, 1501, 2 ** 31, 2 ** 52])),
  "content-range": (_, random) => `bytes ${edge(random, 0n)}-${edge(random, 1499n)}/${edge(random, 1500n)}`,
  "x-repo-commit": (_, random) => pick(random, ["", "main", "../..", "0".repeat(40)]),
  "x-error-code": (_, random) => pick(random, CODES),
  "x-error-message": (_, random) => pick(random, ["", "\x9b31m", "no".repeat(4000)]),
  "retry-after": (_, random) => pick(random, ["", "-1", "0", "1e9", "99999999999999999999", "Thu, 01 Jan 1970", "NaN"]),
  "content-encoding": (_, random) => pick(random, ["gzip", "br", "identity"]),
};

/** What a server says in place of what it should. @returns what is other */
export function changeAnswer(said: Said, elsewhere: string, random: RandomBelow): { said: Said; name: string } {
  const header = pick(random, Object.keys(HEADERS));
  const withHeader = (name: string, status = said.status): { said: Said; name: string } => {
    const value = HEADERS[name]!(elsewhere, random);
    const headers = { ...said.headers, [name]: value };
    return { said: { ...said, status, headers }, name: `HTTP ${status}, ${name}: ${value.slice(0, 60)}` };
  };
  return pick(random, [
    () => withHeader(header),
    () => withHeader(header, pick(random, STATUSES)),
    () => withHeader("location", pick(random, [301, 302, 303, 307, 308])),
    () => ({ said: { ...said, headers: {} }, name: "no headers" }),
    () => withBody(said, random),
    () => withBody(said, random),
    () => withBody(said, random),
  ])();
}

function withBody(said: Said, random: RandomBelow): { said: Said; name: string } {
  const text = said.body.toString("utf8");
  const isJson = /^[[{]/.test(text) && random(5) > 0;
  const changed = isJson ? mutateJson(text, random, WORDS) : damage(random, said.body);
  const body = "text" in changed ? Buffer.from(changed.text) : changed.bytes;
  const isTold = said.headers["content-length"] !== undefined && random(2) === 0;
  const headers = { ...said.headers, ...(isTold && { "content-length": String(body.length) }) };
  return { said: { ...said, headers, body }, name: `body: ${changed.name}` };
}
