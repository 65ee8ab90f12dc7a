import { escapeHtml, html, Html, jsonForScript } from "../../../lib/report/html";

describe("html", () => {
  it("escapes text between tags and in attributes", () => {
    const text = `<b title="x" class='y'>&</b>`;

    expect(html`<p title="${text}">${text}</p>`.text).toBe(
      `<p title="${escapeHtml(text)}">&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;&lt;/b&gt;</p>`,
    );
  });

  it("keeps HTML as it is, joins lists, and shows nothing where there is nothing", () => {
    const items = [html`<i>${"<"}</i>`, ["a", 0], null, undefined, false as const];

    expect(html`[${items}]`.text).toBe("[<i>&lt;</i>a0]");
    expect(html`${new Html("<br>")}`.text).toBe("<br>");
  });
});

describe("jsonForScript", () => {
  it("cannot end the script element or open a comment, and reads back the same", () => {
    const value = { text: "</script><!-- & \u2028 \"'" };

    const { text } = jsonForScript(value);

    expect(text).not.toContain("<");
    expect(JSON.parse(text)).toEqual(value);
  });
});
