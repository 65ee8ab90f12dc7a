/** The page's script: asks the server for plain and steered answers, and shows them side by side as they come. */
import { apiKey, ask, events, Refusal, setApiKey } from "./api.js";
import { Controls } from "./controls.js";
import { asCurl, asSteering, asTypeScript, type Told } from "./copy.js";
import { byId } from "./element.js";
import { Found } from "./found.js";
import { sampling } from "./sampling.js";
import { saveProfile } from "./save.js";
import type { BrokenProfile, Chunk, Message, Profile, ServedModel } from "./served.js";
import { Turn } from "./turn.js";
import { Watched } from "./watched.js";

const status = byId("status");
const question = byId<HTMLTextAreaElement>("question");
const send = byId<HTMLButtonElement>("send");
const stop = byId<HTMLButtonElement>("stop");
const turns: Turn[] = [];
let underWay: AbortController | undefined;

function conversation(): Message[] {
  const system = byId<HTMLTextAreaElement>("system").value.trim();
  return [
    ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
    ...turns.flatMap((turn) => [
      { role: "user" as const, content: turn.question },
      { role: "assistant" as const, content: turn.answer },
    ]),
  ];
}

async function answer(controls: Controls, watched: Watched): Promise<void> {
  const content = question.value.trim();
  if (content === "" || underWay) return;
  const { steering } = controls;
  const { features } = watched;
  const messages = [...conversation(), { role: "user" as const, content }];
  const turn = new Turn(content, turns.length + 1, steering ? ["plain", "steered"] : ["plain"], features);
  byId("turns").append(turn.article);
  underWay = new AbortController();
  setBusy(true);
  question.value = "";
  try {
    const body = {
      ...{ messages, ...sampling(), stream: true, steering: steering && { ...steering, compare: true } },
      ...(features.length > 0 && { features: features.map(({ name }) => name) }),
    };
    let seed: number | undefined;
    for await (const chunk of events<Chunk>(await ask("/v1/chat/completions", body, underWay.signal))) {
      if (chunk.error) throw new Refusal(chunk.error.message, 500);
      seed = chunk.seed;
      turn.push(chunk);
    }
    status.textContent = `Answered; seed ${seed}.`;
    turns.push(turn);
  } catch (error) {
    end(turn, error, content);
  } finally {
    underWay = undefined;
    setBusy(false);
    question.focus();
  }
}

/** What was stopped is kept; what was refused may be asked again. */
function end(turn: Turn, error: unknown, content: string): void {
  if (underWay?.signal.aborted) {
    turn.stop();
    turns.push(turn);
    status.textContent = "Stopped.";
    return;
  }
  turn.article.remove();
  question.value = content;
  status.textContent = (error as Error).message;
}

function setBusy(busy: boolean): void {
  send.disabled = busy;
  stop.disabled = !busy;
  byId("turns").setAttribute("aria-busy", String(busy));
  if (busy) status.textContent = "Answering.";
}

function told(controls: Controls): Told {
  const content = question.value.trim() || (turns.at(-1)?.question ?? "Hello!");
  const messages = question.value.trim() === "" ? conversation().slice(0, -2) : conversation();
  return { messages: [...messages, { role: "user", content }], sampling: sampling(), steering: controls.steering };
}

function addCopying(controls: Controls): void {
  for (const [id, write] of [
    ["copy-curl", asCurl],
    ["copy-typescript", asTypeScript],
    ["copy-profile", asSteering],
  ] as const) {
    byId(id).addEventListener("click", () => {
      const text = write(told(controls));
      byId("copied").textContent = text;
      byId<HTMLDetailsElement>("copied-part").open = true;
      navigator.clipboard.writeText(text).then(
        () => (status.textContent = "Copied."),
        () => (status.textContent = "Not copied: mark the text below."),
      );
    });
  }
}

function addSaving(controls: Controls): void {
  byId("save-form").addEventListener("submit", (event) => {
    event.preventDefault();
    saveProfile(byId<HTMLInputElement>("save-name").value, controls.steering).then(
      () => (status.textContent = "Saved: the two files belong into one folder."),
      (error: unknown) => (status.textContent = (error as Error).message),
    );
  });
}

async function begin(): Promise<void> {
  const model = (await (await ask("/props")).json()) as ServedModel;
  const profiles = (await (await ask("/v1/steering/profiles")).json()) as { data: (Profile | BrokenProfile)[] };
  byId("model").textContent = model.model_name;
  const watched = new Watched((text) => (status.textContent = text));
  byId("heat").hidden = model.saes.length === 0;
  const controls = new Controls(model, profiles.data, watched);
  if (model.run !== null) {
    const found = new Found(controls, watched);
    await found.open(model.run);
  }
  addCopying(controls);
  addSaving(controls);
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    void answer(controls, watched);
  });
  question.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void answer(controls, watched);
  });
  stop.addEventListener("click", () => underWay?.abort());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") underWay?.abort();
  });
  byId("clear").addEventListener("click", () => {
    underWay?.abort();
    turns.length = 0;
    byId("turns").replaceChildren();
    status.textContent = "A new conversation.";
  });
  send.disabled = false;
}

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setApiKey(byId<HTMLInputElement>("key").value);
  location.reload();
});
begin().catch((error: unknown) => {
  status.textContent = (error as Error).message;
  byId("key-form").hidden = !(error instanceof Refusal && error.status === 401);
  byId<HTMLInputElement>("key").value = apiKey();
});
