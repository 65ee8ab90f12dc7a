import type { ChangedAnswers } from "../changes";
import { html, jsonForScript } from "../html";
import { section, type Section } from "./section";

/** What the page's script fills: controls, and a list that grows as it is asked to. */
export function answersSection({ nLeftOut, ...changes }: ChangedAnswers): Section | undefined {
  if (changes.rows.length === 0) {
    return section(
      "answers",
      "Changed answers",
      html`<p>No arm answered any question otherwise than its baseline.</p>`,
    );
  }
  return section(
    "answers",
    "Changed answers",
    html`<noscript><p class="warning">This list needs the page's script.</p></noscript>
      <form class="filters" id="answer-filters">
        <label
          >Arm
          <select name="arm"></select
        ></label>
        <label
          >Change
          <select name="kind"></select
        ></label>
        <label>Search <input type="search" name="search" autocomplete="off" placeholder="prompt, answer, id" /></label>
        <output id="answer-count"></output>
      </form>
      <div id="answer-list"></div>
      <button type="button" id="answer-more" hidden>Show more</button>
      <script type="application/json" id="answer-data">
        ${jsonForScript(changes)}
      </script>`,
    nLeftOut > 0 &&
      html`<p class="note">${nLeftOut} more questions with changed answers are in evaluation-samples.jsonl.</p>`,
  );
}
