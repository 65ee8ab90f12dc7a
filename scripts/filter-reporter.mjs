// Fails a Jest run whose --testNamePattern matched nothing: Jest itself fails only when no file matches.
export default class FilterReporter {
  #error;

  constructor({ testNamePattern }) {
    this.pattern = testNamePattern;
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests }) {
    if (this.pattern && numPassedTests + numFailedTests === 0)
      this.#error = new Error(`no test matches ${this.pattern}`);
  }

  getLastError() {
    return this.#error;
  }
}
