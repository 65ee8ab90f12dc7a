import { folderNames } from "../../../lib/run/folder-names";

test.each<[string, string[], string[]]>([
  ["by the last part", ["runs/a", "/x/b/"], ["a", "b"]],
  ["by more where two have one name", ["/x/a/run", "/x/b/run", "/x/other"], ["a/run", "b/run", "other"]],
  ["by as much as it takes", ["/x/a/run", "/y/a/run", "/run"], ["x/a/run", "y/a/run", "run"]],
  ["as they are where they are one", ["/x/a", "/x/a"], ["x/a", "x/a"]],
])("folders are named %s", (_, directories, names) => {
  expect(folderNames(directories)).toEqual(names);
});
