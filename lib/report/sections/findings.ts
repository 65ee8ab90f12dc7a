import type { Evaluation } from "../../evaluate/evaluation";
import { verdict, type Verdict } from "../../evaluate/verdict";
import { tied } from "../format";
import { html, type Html } from "../html";
import { section, type Section } from "./section";

/** What bears on all profiles, and each profile's findings, folded but for the headline's. */
export function findingsSection(evaluation: Evaluation): Section | undefined {
  const { subject, general, profiles } = verdict(evaluation);
  return section(
    "findings",
    "Findings",
    html`<div class="halves">
      <div>${profiles.map((profile) => profileHtml(profile, profile.name === subject))}</div>
      ${sentences(general)}
    </div>`,
  );
}

function profileHtml({ outcome, details }: Verdict["profiles"][number], open: boolean): Html {
  if (details.length === 0) return html`<p class="finding">${tied(outcome)}</p> `;
  return html`<details class="finding" ${open && html`open`}>
    <summary>${tied(outcome)}</summary>
    ${sentences(details)}
  </details> `;
}

function sentences(texts: readonly string[]): Html {
  return html`<ul class="sentences">
    ${texts.map((text) => html`<li>${tied(text)}</li> `)}
  </ul>`;
}
