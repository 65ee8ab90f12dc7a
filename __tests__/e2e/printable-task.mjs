// A task for the fixture models, whose weights are random: an answer is right when it contains a printable character.
export default {
  name: "printable",
  kind: "generation",
  maxTokens: 3,
  stop: [],
  scorer: "printable",
  pooling: "max",
  async *load(count) {
    for (let i = 0; i < Number(count.match(/\d+$/)[0]); i++) {
      yield { id: `q${i}`, prompt: `Question ${(i * 7919) % 1000}: is it ${i}?`, expected: "printable" };
    }
  },
  score: (completion) => (/[ -~]/.test(completion) ? 1 : 0),
};
