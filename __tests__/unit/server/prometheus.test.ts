import { Counter, exposition, Histogram, read } from "../../../lib/server/prometheus";

describe("the text that Prometheus reads", () => {
  it("has a line for each set of labels, whose values are escaped", () => {
    const requests = new Counter("requests_total", "Requests");
    requests.add({ route: "/a" });
    requests.add({ route: "/a" });
    requests.add({ route: 'a "b"\n\\' });
    expect(exposition([requests])).toBe(
      [
        "# HELP requests_total Requests",
        "# TYPE requests_total counter",
        'requests_total{route="/a"} 2',
        'requests_total{route="a \\"b\\"\\n\\\\"} 1',
        "",
      ].join("\n"),
    );
  });

  it("counts in each bucket of a histogram what is at most its bound", () => {
    const seconds = new Histogram("seconds", "Seconds", [0.5, 2]);
    for (const value of [0.5, 1, 1, 8]) seconds.observe({ route: "/a" }, value);
    expect(exposition([seconds]).split("\n").slice(2, -1)).toEqual([
      'seconds_bucket{route="/a",le="0.5"} 1',
      'seconds_bucket{route="/a",le="2"} 3',
      'seconds_bucket{route="/a",le="+Inf"} 4',
      'seconds_sum{route="/a"} 10.5',
      'seconds_count{route="/a"} 4',
    ]);
  });

  it("reads what is measured elsewhere when it is asked for", () => {
    let size = 1;
    const metric = read("gauge", "size", "Size", () => size);
    size = 3;
    expect(exposition([metric])).toBe("# HELP size Size\n# TYPE size gauge\nsize 3\n");
  });
});
