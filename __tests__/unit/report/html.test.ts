import { escapeHtml, html, Html, jsonForScript } from "../../../lib/report/html";

describe("html", () => {
  it("escapes text between tags and in attributes", () => {
    const text = `<b title="x" class='y'>&</b>`;

    expect(html`<p title="${text}">${text}</p>`.text).toBe(
      `<p title="${escapeHtml(text)}">&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;&lt;/b&gt;</p>`,
    );
  });

  it("shows marks of direction and control characters, and isolates what is written from right to left", () => {
    const id = "q\u202e1\u001b]52;c;aGk=\u0007";

    expect(html`<p title="${id}">${id}</p>`.text).toBe(
      '<p title="q\\u202e1\\u001b]52;c;aGk=\\u0007">q\\u202e1\\u001b]52;c;aGk=\\u0007</p>',
    );
    expect(html`${"שלום"}, ${"line\nline"}`.text).toBe("\u2068שלום\u2069, line\nline");
  });

  it("keeps HTML as it is, joins lists, and shows nothing where there is nothing", () => {
    const items = [html`<i>${"<"}</i>`, ["a", 0], null, undefined, false as const];

    expect(html`[${items}]`.text).toBe("[<i>&lt;</i>a0]");
    expect(html`${new Html("<br>")}`.text).toBe("<br>");
  });
});

describe("jsonForScript", () => {
  it("shows what names and texts hold, the same in both", () => {
    const { arms, changes } = JSON.parse(jsonForScript({ arms: ["\u202eA"], changes: { "\u202eA": 1 } }).text) as {
      arms: [string];
      changes: Record<string, number>;
    };

    expect(arms).toEqual(["\\u202eA"]);
    expect(changes[arms[0]]).toBe(1);
  });

  it("cannot end the script element or open a comment, and reads back the same", () => {
    const value = { text: "</script><!-- & \u2028 \"'" };

    const { text } = jsonForScript(value);

    expect(text).not.toContain("<");
    expect(JSON.parse(text)).toEqual(value);
  });
});
