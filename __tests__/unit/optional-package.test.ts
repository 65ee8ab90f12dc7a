import { requireOptional } from "../../lib/optional-package";

it("gives a package that is installed", () => {
  expect(requireOptional("yaml", "files need")).toHaveProperty("parse");
});

it("says what needs one that is not, and how to install it", () => {
  expect(() => requireOptional("@corrsteer/not-there", "tests need")).toThrow(
    expect.objectContaining({
      code: "ERR_MISSING_PACKAGE",
      message: expect.stringContaining("tests need it: npm install @corrsteer/not-there"),
      details: { package: "@corrsteer/not-there" },
    }),
  );
});
