/** What a text must not bring to a terminal or a page but line ends: control characters and marks of direction. */
// eslint-disable-next-line no-control-regex -- that is what it looks for
export const ACTING = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
