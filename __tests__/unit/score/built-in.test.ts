import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtInScorers } from "../../../lib/score/built-in";
import { findTask, taskNames } from "../../../lib/tasks/find-task";

const names = builtInScorers.map(({ name }) => name);

test("no two scorers have one name, and docs/scorers.md has each", () => {
  const page = readFileSync(join(__dirname, "../../../docs/scorers.md"), "utf8");
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !page.includes(`| \`${name}\` `))).toEqual([]);
});

test("every task is scored by built-in ones, so that a user's task can be too", async () => {
  const tasks = await Promise.all(taskNames.map(findTask));
  const strangers = tasks.flatMap(({ scorers }) => scorers).filter((scorer) => !builtInScorers.includes(scorer));
  expect(strangers).toEqual([]);
});
