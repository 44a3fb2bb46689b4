# One static binary in an empty image, run by nobody in particular.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /recto ./cmd/recto && mkdir /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /data /data
COPY --from=build /recto /recto
USER 65532:65532
VOLUME /data
EXPOSE 8080
ENV RECTO_DB=/data/recto.db RECTO_LISTEN=0.0.0.0:8080
ENTRYPOINT ["/recto"]
