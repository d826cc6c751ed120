/** Lines of rules in a plain file, in a transcript with prompts, or in the code blocks of a Markdown page. */

export interface SourceLine {
  /** From 1. */
  readonly number: number;
  /** Without prompt and blanks around it. */
  readonly text: string;
  /** What stood between the brackets of the prompt. */
  readonly prompt?: string;
}

const FENCE = /^\s*(?:```|~~~)/;
/** `[admin@UplogixLM (port1/1)]# `, `[config rule NAME conditions]# ` */
const PROMPT = /^\s*\[([^\]]*)\]\s*[#>$]\s?/;
const INDENTED = /^(?: {4}|\t)/;

/** Lines of code that are not empty; the prose of a Markdown page is none. */
export function sourceLines(text: string): readonly SourceLine[] {
  const raw = text.split(/\r\n|\n|\r/);
  const isMarkdown = raw.some((line) => FENCE.test(line));
  const found: SourceLine[] = [];
  let fenced = false;
  for (const [i, line] of raw.entries()) {
    if (FENCE.test(line)) {
      fenced = !fenced;
      continue;
    }
    if (isMarkdown && !fenced && !INDENTED.test(line)) continue;
    const prompt = PROMPT.exec(line);
    const rest = line.slice(prompt?.[0].length ?? 0).trim();
    if (rest === '') continue;
    found.push({ number: i + 1, text: rest, ...(prompt?.[1] === undefined ? {} : { prompt: prompt[1] }) });
  }
  return found;
}
