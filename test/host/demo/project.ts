/** The example project that the demonstration opens, by path. */
export const EXAMPLE_PROJECT: Readonly<Record<string, string>> = {
  'README.md': `# Greeter

A small example to chat about. Try one of these in the chat view:

- Explain the code in this project.
- Write a test for \`greet\`.
`,
  'src/greet.ts': `/** A friendly sentence for someone. */
export function greet(name: string): string {
  return \`Hello, \${name}!\`;
}
`,
  'package.json': `{ "name": "greeter", "private": true, "type": "module" }
`,
};
