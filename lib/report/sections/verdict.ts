import { verdict, type Verdict } from "../../evaluate/verdict";
import { count, quantity } from "../../quantity";
import { html, type Html } from "../html";
import type { Report } from "../report";
import { fact } from "./section";

/** What was found, in one sentence; what bears on all profiles; each profile's details, folded; what to beware of. */
export function verdictSection({ evaluation, ranking }: Report): Html {
  const { headline, warnings, questions, n, model, task } = evaluation;
  const { subject, general, profiles } = verdict(evaluation);
  return html`<header>
    <p class="kicker">corrsteer report</p>
    <h1>${task.name} on ${model.name}</h1>
    <p class="headline">${tied(headline)}</p>
    ${sentences(general)} ${profiles.map((profile) => profileHtml(profile, profile.name === subject))}
    ${warnings.map((text) => html`<p class="warning"><strong>Warning.</strong> ${text}</p>`)}
    <dl class="facts">
      ${fact("selected on", quantity(ranking.n, "question"))}
      ${questions && fact("validated on", quantity(questions.validation, "question"))}
      ${fact("tested on", quantity(n, "question"))}
      ${questions && questions.duplicates > 0 && fact("duplicates left out", count(questions.duplicates))}
      ${(questions?.leaked ?? 0) > 0 && fact("tested on words or clusters selected on", count(questions!.leaked!))}
      ${fact("scored by", task.scorer)}
    </dl>
  </header>`;
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

/** What belongs to a number stays on its line: "5 %", "p = 4.8e-27". */
function tied(sentence: string): string {
  return sentence
    .replaceAll(" %", "\u00a0%")
    .replaceAll(/\b([pn]) = /g, "$1\u00a0=\u00a0")
    .replaceAll(/(?<=\de)-(?=\d)/g, "\u2011");
}
