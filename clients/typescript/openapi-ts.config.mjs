// `make client-ts` runs this: the document as OpenAPI 3.1 in, a typed client in src/ out. Nothing in src/ is written by hand.
export default {
  input: process.env.SITREP_OPENAPI ?? "../../build/openapi31.json",
  output: process.env.SITREP_CLIENT_OUT ?? "src",
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
};
