import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["dist", "build", "coverage", "docs/api"]),
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ["./tsconfig.json", "./tsconfig.client.json"], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // An index that a loop bounds is in range: noUncheckedIndexedAccess cannot know.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/prefer-nullish-coalescing": ["error", { ignorePrimitives: { string: true } }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // tsconfig's noPropertyAccessFromIndexSignature style is not asked for, but process.env["X"] shows what may be absent.
      "@typescript-eslint/dot-notation": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  { files: ["lib/cli/**", "bench/**", "__tests__/**"], rules: { "no-console": "off" } },
  {
    // Jest's matchers are any.
    files: ["__tests__/**"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["lib/native/load.ts"],
    // An addon is loaded by `require`.
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["**/*.{cjs,mjs}"],
    languageOptions: {
      globals: { AbortController: "readonly", console: "readonly", process: "readonly", URL: "readonly" },
    },
  },
);
