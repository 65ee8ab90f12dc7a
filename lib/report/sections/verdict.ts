import type { Made } from "../../evaluate/made";
import { verdict } from "../../evaluate/verdict";
import { count, duration, quantity } from "../../quantity";
import { addedNormText } from "../added-norm";
import { tied } from "../format";
import { html, type Html, type HtmlValue } from "../html";
import type { Report } from "../report";
import { keyNumbers } from "./key-numbers";
import { fact, type Section } from "./section";

/** Characters of a headline that would take the screen from what follows it. */
const LONG = 220;

/** The first screen: what was found in a sentence, in three numbers and in a picture; on what, when and where. */
export function verdictSection(report: Report, forest: Html | undefined): Section {
  const { evaluation } = report;
  const { warnings, model, task } = evaluation;
  const { headline, subject } = verdict(evaluation);
  return {
    id: "verdict",
    heading: "Verdict",
    content: html`<h1>${task.name} on ${model.name}</h1>
      <p class="headline ${headline.length > LONG && "long"}">${tied(headline)}</p>
      ${warnings.map((text) => html`<p class="warning"><strong>Warning.</strong> ${text}</p>`)}
      <div class="glance">${keyNumbers(evaluation, subject)} ${forest} ${facts(report, subject)}</div>`,
  };
}

/** @param subject the profile that the headline is about */
function facts({ evaluation, ranking, made }: Report, subject: string | null): Html {
  const { questions, n, task, arms } = evaluation;
  const added = arms.find(({ name }) => name === subject);
  const norm = added && addedNormText(added);
  return html`<dl class="facts">
    ${norm !== undefined && fact("added norm", `${norm}, of the residual's`)}
    ${fact("tested on", quantity(n, "question"))} ${fact("selected on", quantity(ranking.n, "question"))}
    ${questions && fact("validated on", quantity(questions.validation, "question"))}
    ${questions && questions.duplicates > 0 && fact("duplicates left out", count(questions.duplicates))}
    ${(questions?.leaked ?? 0) > 0 && fact("tested on words or clusters selected on", count(questions!.leaked!))}
    ${fact("scored by", task.scorer)} ${made && madeFacts(made)}
  </dl>`;
}

function madeFacts({ date, seconds, machine: { processor, cores, device, threads } }: Made): HtmlValue {
  const hardware = [processor, quantity(cores, "core")].filter((part) => part !== "").join(", ");
  return html`${fact("evaluated", `${date.slice(0, 10)} ${date.slice(11, 16)} UTC`)}
  ${fact("asking took", duration(seconds))} ${fact("machine", `${hardware}; ${device}, ${quantity(threads, "thread")}`)}`;
}
