import tseslint from 'typescript-eslint';

/** Time and chance are arguments in the pure rooms. */
const pureRooms = ['src/toolkit/**', 'src/compute/**', 'plugins/**'];

/** A long file or function wants splitting; where a table or one long sentence reads better, a warning may stay. */
const size = (file, fn) => ({
  'max-lines': ['warn', { max: file, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['warn', { max: fn, skipBlankLines: true, skipComments: true }],
});

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: the name then is the same wherever it is used.',
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.residua/',
      'quickstart-result/',
      'coverage/',
      '**/generated/',
      '**/__generated__/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js', '*.cjs', '*.mjs'] } } },
    rules: {
      eqeqeq: 'error',
      // A hook that must return a promise may have nothing to wait for; `async` also turns its throws into rejections.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**', 'studio/**', 'plugins/**', 'migrations/**', 'test/**', 'bench/**', 'scripts/**'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport] },
  },
  { files: ['src/**', 'studio/**', 'plugins/**'], rules: size(300, 50) },
  // A resolver is one call of a service.
  { files: ['src/graphql/**/*.resolver.ts'], rules: size(300, 15) },
  {
    files: pureRooms,
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take a RandomSource as an argument.' },
        { object: 'Date', property: 'now', message: 'Take the time as an argument.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'vi', property: 'mock', message: 'Test against the real part.' },
        ...['it', 'test', 'describe'].map((object) => ({
          object,
          property: 'only',
          message: 'It would keep every other test from running.',
        })),
      ],
    },
  },
  {
    files: ['src/client/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'setImmediate', '__dirname'].map((name) => ({ name, message: 'A browser has none.' })),
      ],
    },
  },
  { files: ['**/*.{js,cjs,mjs}'], ...tseslint.configs.disableTypeChecked },
);
