// Reads [{path, text}, ...] on stdin, prints what GitHub's language service says of each as [{path, line, message}, ...].
import { readFileSync } from "node:fs";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

async function judge({ path, text }) {
  const said = await validate(TextDocument.create(`file:///${path}`, "yaml", 1, text));
  return said.map(({ message, range }) => ({ path, line: range.start.line + 1, message }));
}

Promise.all(JSON.parse(readFileSync(0, "utf8")).map(judge)).then((said) => {
  process.stdout.write(JSON.stringify(said.flat()));
});
