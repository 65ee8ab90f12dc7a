import { html } from "../../../lib/report/html";
import { pageHtml } from "../../../lib/report/page";
import { section } from "../../../lib/report/sections/section";

const top = { id: "verdict", heading: "Verdict", content: html`<h1>T</h1>` };

it("leads to each section that has content, and leaves out the others", () => {
  const sections = [section("arms", "Arms", html`<p>a</p>`), section("empty", "Empty", undefined, false), undefined];

  const page = pageHtml({ title: "T", kind: "report", style: "p{}", top, sections });

  expect([...page.matchAll(/<a href="#([a-z]+)">(\w+)<\/a>/g)].map(([, id, name]) => [id, name])).toEqual([
    ["verdict", "Verdict"],
    ["arms", "Arms"],
  ]);
  expect(page).toMatch(/<header id="verdict"><h1>T<\/h1><\/header>\s*<section id="arms">\s*<h2>Arms<\/h2>/);
  expect(page).not.toContain("empty");
});

it("runs no script where it has none", () => {
  const page = pageHtml({ title: "T", kind: "report", style: "p{}", top, sections: [] });

  expect(page).not.toMatch(/<script|script-src/);
});
