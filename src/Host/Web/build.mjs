// Builds source/ into bundle/, or into the folder that is given. The same sources and lock file give the same bytes.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const target = process.argv[2] ?? "bundle";
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  entryPoints: { app: "source/main.ts", recorder: "source/recorder.ts", style: "source/style.css" },
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
});
for (const file of ["index.html", "icon.svg"]) {
  await copyFile(`source/${file}`, `${target}/${file}`);
}
