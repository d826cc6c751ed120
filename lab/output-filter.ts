/** `| include X`, `| exclude X`, `| begin X` behind a show command. */

export interface FilteredCommand {
  readonly command: string;
  readonly filter?: (line: string) => boolean;
}

const PIPE = /^(.*?)\s*\|\s*(inc?l?u?d?e?|exc?l?u?d?e?|beg?i?n?)\s+(.*)$/i;

export function outputFilter(line: string): FilteredCommand {
  const match = PIPE.exec(line);
  if (match === null) return { command: line };
  const [, command = '', verb = '', pattern = ''] = match;
  const expression = compile(pattern);
  const first = verb.charAt(0).toLowerCase();
  if (first === 'i') return { command, filter: (text) => expression.test(text) };
  if (first === 'e') return { command, filter: (text) => !expression.test(text) };
  let begun = false;
  const begin = (text: string): boolean => {
    begun ||= expression.test(text);
    return begun;
  };
  return { command, filter: begin };
}

/** A pattern that is no regular expression is looked for as it stands. */
function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    return new RegExp(pattern.replace(/[^\w ]/g, '\\$&'));
  }
}
