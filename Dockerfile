# The program and nothing else. The release workflow puts the static programs of both architectures into target/image/:
#   docker buildx build --platform linux/amd64,linux/arm64 .
FROM scratch
ARG TARGETARCH
COPY --chmod=755 target/image/${TARGETARCH}/autopurge /autopurge
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/autopurge"]
