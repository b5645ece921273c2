/** The part of the optional package that is read; it ships no types of its own. */
declare module '@tgwf/co2/data' {
  export const averageIntensity: unknown;
}
