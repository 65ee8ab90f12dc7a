import { join } from "node:path";

// What is remembered of files is kept from run to run, apart from the user's.
process.env.XDG_CACHE_HOME ??= join(import.meta.dirname, "build", "cache");

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/lib", "<rootDir>/__tests__"],
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  transform: { "\\.ts$": "ts-jest" },
  reporters: ["default", "<rootDir>/scripts/filter-reporter.mjs"],
  // Jest leaves one processor free, which is half of the slowest machine.
  maxWorkers: "100%",
  // Native tests load a model, and the slowest machine has two cores.
  testTimeout: 60_000,
};
