/** A text on one line. */
export const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ').trim();

/** One line with a full stop; it begins as it is written. */
export const endedSentence = (text: string) => oneLine(text).replace(/(?<![.?!])$/, '.');

/** Texts of all packages in one form: a capital letter first, unless a quotation or a path begins it, and a full stop. */
export const sentence = (text: string) =>
  endedSentence(text).replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
