import { z } from "zod";
import { integer, list, text, yesOrNo } from "../options/kinds";
import { option } from "../options/option";

const HOUR_S = 3600;

/** Where the server listens, and to whom. */
export const listenOptions = z.object({
  host: option(
    "address to listen at",
    text("a host name or address").min(1, "a host name or address").default("127.0.0.1"),
    {
      more: "Another than this machine's own needs apiKey, or insecure.",
    },
  ),
  port: option("port to listen at; 0: any that is free", integer(0, 65535).default(8080)),
  apiKey: option("what clients have to send as their bearer token", text("a key").min(1, "a key").exactOptional(), {
    value: "key",
    otherwise: "the environment's CORRSTEER_API_KEY, else none is asked for",
  }),
  insecure: option("listen at any host without a key", yesOrNo().default(false)),
  cors: option(
    "origins whose pages may read the answers, such as http://localhost:3000",
    list(text("an origin"), "origins").default([]),
    {
      value: "origin",
      reads: "texts",
      otherwise: "none",
    },
  ),
});

/** What one request, and all of them together, may take. */
export const limitOptions = z.object({
  maxRequests: option("most requests under way at once; one more is answered 429", integer(1, 2 ** 16).default(256)),
  maxBodyBytes: option("most bytes of a request", integer(1024, 2 ** 28).default(4 * 2 ** 20), { value: "bytes" }),
  maxAnswerTokens: option("most tokens of one answer", integer(1, 2 ** 24).default(4096), { value: "n" }),
  timeoutSeconds: option("most seconds that a request may take", integer(1, 24 * HOUR_S).default(600), {
    flag: "timeout",
    value: "seconds",
  }),
  graceSeconds: option(
    "seconds that answers under way have when the server is told to end",
    integer(0, HOUR_S).default(10),
    {
      flag: "grace",
      value: "seconds",
    },
  ),
});

/** What is served, and as what. */
export const namingOptions = z.object({
  name: option(
    "what the model is called there",
    text("a name")
      .regex(/^[^@\s]+$/, 'a name without spaces and "@"')
      .exactOptional(),
    { otherwise: "its file's name without .gguf" },
  ),
  sae: option(
    "SAEs, to steer by features and to read them: a folder, entries layer=path, or what fetchSaes takes",
    z.union([text("a folder"), list(text("an entry layer=path"), "entries layer=path")]).exactOptional(),
    { value: "folder|layer=path", reads: "sources", otherwise: "the run's, else none" },
  ),
  run: option("run directory whose ranked features are listed", text("a folder").min(1, "a folder").exactOptional(), {
    value: "folder",
    reads: "path",
    otherwise: "none",
    more: "Requests search them by r, by tokens that they promote and by their examples; its model and SAEs have to be here.",
  }),
  features: option(
    "pages of corrsteer features, which the playground links to",
    text("a folder").min(1, "a folder").exactOptional(),
    {
      value: "folder",
      reads: "path",
      otherwise: "none",
      more: "They are served below /features/. Where a key is asked for, which a link cannot carry, nothing links to them.",
    },
  ),
  profiles: option("folder of steering profiles (*.steer.json)", text("a folder").min(1, "a folder").exactOptional(), {
    value: "folder",
    reads: "path",
    otherwise: "the run's, else none",
    more: "Each is a model of its own there, NAME@PROFILE; those that clients upload are kept in it.",
  }),
});

export const servedOptions = z.object({ ...namingOptions.shape, ...listenOptions.shape, ...limitOptions.shape });
