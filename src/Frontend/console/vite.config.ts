import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ command, mode }) => {
  // The server to develop against; its certificate is self-made, so it is not checked here.
  const target = loadEnv(mode, '.', 'MDM_').MDM_SERVER ?? 'https://127.0.0.1:8443';
  return {
    base: command === 'build' ? '/console/' : '/',
    esbuild: { jsx: 'automatic' },
    build: {
      outDir: '../wwwroot/console',
      emptyOutDir: true,
      target: 'es2022',
      // The page's content policy allows no inline scripts, and files are cached by their hash.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    server: {
      proxy: {
        '/api': { target, secure: false, changeOrigin: true },
        '/hubs': { target, secure: false, changeOrigin: true, ws: true },
      },
    },
  };
});
