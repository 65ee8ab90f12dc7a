// The architecture of lib/, from the bottom up: a folder imports its own level and those below it, types too.
const LEVELS = [
  ["errors", "printable", "version", "quantity", "next-turn", "once", "optional-package", "demo"],
  ["native", "statistics", "options", "progress"],
  ["arguments"],
  ["data"],
  ["files"],
  ["hub"],
  ["model", "sae", "prompt", "score"],
  ["steering", "tasks"],
  ["text"],
  ["run", "ask"],
  ["capture", "collect", "neutral", "probe", "quality", "rank"],
  ["select"],
  ["evaluate"],
  ["inspect", "doctor", "agreement", "memory"],
  ["train"],
  ["stock"],
  ["pipeline"],
  ["export", "features", "report", "published"],
  ["shard", "sweep"],
  ["server"],
  ["integrations"],
  ["index"],
  ["cli"],
];

const paths = (names) => `^lib/(${names.join("|")})(/|\\.ts$)`;

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "every-folder-has-a-level",
      comment: "Add the folder to the levels in .dependency-cruiser.mjs.",
      severity: "error",
      from: { path: "^lib/", pathNot: paths(LEVELS.flat()) },
      to: {},
    },
    ...LEVELS.map((names, level) => ({
      name: `${names.join("-")}-imports-nothing-above-it`,
      severity: "error",
      from: { path: paths(names) },
      to: { path: "^lib/", pathNot: paths(LEVELS.slice(0, level + 1).flat()) },
    })),
    {
      name: "lib-imports-lib-only",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "^(__tests__|bench|scripts|demo)/" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
  },
};
