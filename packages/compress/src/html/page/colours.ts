const LIGHT = `
  --page: #f5f6f8; --surface: #ffffff; --text: #1b2230; --soft: #556072; --line: #dde1e7; --grid: #e8ebef;
  --accent: #1d5bb8; --accent-soft: #e6eefa; --good: #126b3a; --good-soft: #e3f4ea; --bad: #b3221a; --bad-soft: #fdeae8;
  --warn: #7d4e00; --warn-soft: #fdf2dc; --code: #eef0f4; --band: #cfe6d8;
  --s0: #8d97a6; --s1: #2a67c4; --s2: #c2571a; --s3: #1a7f6c; --s4: #7b4fc0; --s5: #8f6a00;`;

const DARK = `
  --page: #10141a; --surface: #181e27; --text: #e7eaf0; --soft: #a5afbe; --line: #303947; --grid: #262e3a;
  --accent: #82b4ff; --accent-soft: #1b2c47; --good: #6bd095; --good-soft: #15301f; --bad: #ff9085; --bad-soft: #3d1a18;
  --warn: #ecb859; --warn-soft: #362a12; --code: #222a35; --band: #21402f;
  --s0: #7f8b9d; --s1: #6fa9ff; --s2: #ff9f60; --s3: #4ecbb0; --s4: #c49dff; --s5: #e3b548;`;

/** Colours of both schemes as custom properties; print is always light. Text has a contrast of 4.5 or more. */
export const COLOURS = `:root { color-scheme: light dark;${LIGHT}
}
@media screen and (prefers-color-scheme: dark) { :root {${DARK}
} }
`;
