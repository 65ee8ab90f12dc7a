// Writes the texts of options, which are declared once as values, into the declared types in dist/: editors and docs/api
// read them there. `npm run build:ts` runs it after the compiler.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import ts from "typescript";

const dist = resolve(import.meta.dirname, "..", "dist");
const require = createRequire(import.meta.url);
const { aboutOf, defaultOf } = require(join(dist, "options", "option.js"));

for (const name of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
  const file = join(dist, name);
  const text = readFileSync(file, "utf8");
  if (!text.includes("z.ZodObject<{")) continue;
  const documented = withTexts(text, require(file.replace(/\.d\.ts$/, ".js")));
  if (documented !== text) writeFileSync(file, documented);
}

/** A declaration file with the members of each group in the order of its schema, each under its text. */
function withTexts(text, module) {
  const source = ts.createSourceFile("", text, ts.ScriptTarget.Latest, true);
  const edits = groupsOf(source)
    .filter(({ name }) => Object.values(module[name]?.shape ?? {}).some(aboutOf))
    .map(({ name, members }) => ({
      from: members[0].getFullStart(),
      to: members.at(-1).getEnd(),
      text: documented(members, module[name].shape),
    }));
  return edits.reverse().reduce((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), text);
}

/** `export declare const group: z.ZodObject<{ members }, ...>` */
function groupsOf(source) {
  return source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .filter(({ type }) => type && ts.isTypeReferenceNode(type) && type.typeName.getText() === "z.ZodObject")
    .map(({ name, type }) => ({ name: name.text, members: [...type.typeArguments[0].members] }));
}

function documented(members, shape) {
  return Object.entries(shape)
    .map(([name, schema]) => {
      const comment = commentOn(schema);
      const member = members.find((member) => member.name.text === name).getText();
      return `\n${comment && `    /** ${comment} */\n`}    ${member}`;
    })
    .join("");
}

function commentOn(schema) {
  const about = aboutOf(schema);
  if (!about) return "";
  const { text, more, otherwise = constant(defaultOf(schema)) } = about;
  const parts = [`${text[0].toUpperCase()}${text.slice(1)}.`, more, otherwise && `@default ${otherwise}`];
  return parts.filter(Boolean).join(" ").replaceAll("*/", "*\\/");
}

function constant(value) {
  return Array.isArray(value) ? value.join(", ") || "none" : value === undefined ? undefined : JSON.stringify(value);
}
