/** The page's script: filters and shows the answers that steering changed. */
import type { Change, ChangedRow, ChangeKind, Changes } from "./changes";

interface Match {
  readonly row: ChangedRow;
  readonly change: Change;
}

/** Shown at once, and added by each click. */
const PAGE = 20;

/** Characters of a folded text that are seen, if there is room. */
const START = 200;

const KINDS: readonly (readonly [kind: ChangeKind, name: string])[] = [
  ["wrongToRight", "wrong → right"],
  ["rightToWrong", "right → wrong"],
  ["wrongToOtherWrong", "wrong → other wrong"],
  ["rightToOtherRight", "right → other right"],
];

const byId = (id: string) => document.getElementById(id)!;
const { arms, rows } = JSON.parse(byId("answer-data").textContent) as Changes;
const form = byId("answer-filters") as HTMLFormElement;
const list = byId("answer-list");
const more = byId("answer-more") as HTMLButtonElement;
const field = (name: string) => form.elements.namedItem(name) as HTMLSelectElement | HTMLInputElement;

/** An element with a class, and text or children: text never becomes markup. */
function element(tag: string, className: string, ...content: (string | Node)[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

function matches(): Match[] {
  const arm = field("arm").value;
  const kind = field("kind").value;
  const words = field("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.flatMap((row) => {
    const change = row.changes[arm];
    if (!change || (kind !== "" && change.kind !== kind)) return [];
    const text = [row.id, row.group, row.prompt, row.gold, change.from, change.to].join("\n").toLowerCase();
    return words.every((word) => text.includes(word)) ? [{ row, change }] : [];
  });
}

const SIGNS = { right: "✓", wrong: "✗", gold: "" } as const;

function answer(name: string, text: string, outcome: keyof typeof SIGNS): HTMLElement {
  const label = element("span", "label", `${name} ${SIGNS[outcome]}`);
  return element("div", `answer ${outcome}`, label, element("pre", "", text || "∅"));
}

/** A text with its beginning, until it is opened. */
function folded(name: string, text: string): HTMLElement {
  const start = element("span", "start", Array.from(text.trimStart()).slice(0, START).join(""));
  const summary = element("summary", "", `${name} `, start);
  return element("details", "prompt", summary, element("pre", "", text));
}

function card({ row, change: { kind, from, to } }: Match): HTMLElement {
  const name = KINDS.find(([key]) => key === kind)![1];
  const meta = [row.id, row.group, name].filter((text) => text !== undefined).join(" · ");
  const answers = [
    answer("baseline", from, kind.startsWith("right") ? "right" : "wrong"),
    answer("steered", to, kind.endsWith("Right") ? "right" : "wrong"),
    answer("gold", row.gold, "gold"),
  ];
  return element(
    "article",
    "change",
    element("p", "meta", meta),
    folded("Prompt", row.prompt),
    element("div", "answers", ...answers),
  );
}

let found: Match[] = [];
let nShown = 0;

function showMore(): void {
  list.append(...found.slice(nShown, nShown + PAGE).map(card));
  nShown = Math.min(found.length, nShown + PAGE);
  more.hidden = nShown === found.length;
}

function update(): void {
  found = matches();
  nShown = 0;
  list.replaceChildren();
  byId("answer-count").textContent = found.length === 1 ? "1 answer" : `${found.length} answers`;
  showMore();
}

const nChanges = (arm: string) => rows.filter(({ changes }) => arm in changes).length;
field("arm").append(...arms.map((arm) => new Option(`${arm} (${nChanges(arm)})`, arm)));
field("kind").append(new Option("all changes", ""), ...KINDS.map(([kind, name]) => new Option(name, kind)));
form.addEventListener("input", update);
form.addEventListener("submit", (event) => {
  event.preventDefault();
});
more.addEventListener("click", showMore);
update();
