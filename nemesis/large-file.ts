/**
 * Makes a large PDF at the path that it is given and prints its hash; a program of its own, since whoever carries the
 * nodes' bytes must not stand still meanwhile.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { samplePdf } from "#engines/inspector/sample-pdfs.ts";

const pages = 100;
const [path = "", bytes = "", seed = ""] = process.argv.slice(2);
const pdf = samplePdf(pages, Math.floor(Number(bytes) / pages), Number(seed));
fs.writeFileSync(path, pdf);
process.stdout.write(createHash("sha256").update(pdf).digest("hex"));
