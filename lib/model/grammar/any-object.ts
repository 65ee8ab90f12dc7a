/** The JSON schema of what is asked for as JSON and no more. */
export const ANY_OBJECT = { type: "object", additionalProperties: true } as const;
