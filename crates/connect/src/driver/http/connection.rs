//! One request over one connection of its own: no redirects, no proxies, no pool.

use std::io;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes};
use hyper::client::conn::http1;
use hyper::header::HeaderMap;
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::driver::LARGEST_ANSWER;

/// An address that no request can go to.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It is not an address of the web. It is not repeated, as it may hold a password.
    #[error("the address must be http://… or https://… with a host, and without user or password")]
    Url,
    /// The extra certificates cannot be read, or TLS cannot be set up.
    #[error("TLS to the provisioner cannot be set up: {0}")]
    Tls(String),
}

/// Where requests go.
pub(super) struct Address {
    host: String,
    port: u16,
    authority: String,
    path: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

/// An answer.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// There was more than is read, so that the body is not whole.
    pub(super) too_large: bool,
}

impl Address {
    pub(super) fn new(url: &str, extra_roots: Option<&[u8]>) -> Result<Self, AddressError> {
        let uri: Uri = url.parse().map_err(|_| AddressError::Url)?;
        let authority = uri.authority().ok_or(AddressError::Url)?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(AddressError::Url);
        }
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(AddressError::Url),
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let tls = if secure { Some(connector(&host, extra_roots)?) } else { None };
        Ok(Self {
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            host,
            tls,
        })
    }

    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Sends a request and reads the answer. Dropped, it closes the connection.
    pub(super) async fn ask(&self, request: Request<Bytes>) -> io::Result<Received> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            Some((connector, name)) => {
                exchange(connector.connect(name.clone(), stream).await?, request).await
            }
            None => exchange(stream, request).await,
        }
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Bytes>,
) -> io::Result<Received> {
    let request = request.map(Full::new);
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(io::Error::other)?;
    let asked = async move {
        let answer = sender.send_request(request).await.map_err(io::Error::other)?;
        let (head, body) = answer.into_parts();
        let (body, too_large) = read(body).await?;
        Ok(Received { status: head.status, headers: head.headers, body, too_large })
    };
    let mut asked = std::pin::pin!(asked);
    tokio::select! {
        received = &mut asked => received,
        // The connection ends first when the other side closes it after a whole answer.
        ended = connection => {
            ended.map_err(io::Error::other)?;
            asked.await
        }
    }
}

async fn read(
    mut body: impl Body<Data = Bytes, Error = hyper::Error> + Unpin,
) -> io::Result<(Vec<u8>, bool)> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(io::Error::other)?.into_data() else { continue };
        if whole.len() + piece.len() > LARGEST_ANSWER {
            return Ok((whole, true));
        }
        whole.extend_from_slice(&piece);
    }
    Ok((whole, false))
}

fn connector(
    host: &str,
    extra_roots: Option<&[u8]>,
) -> Result<(TlsConnector, ServerName<'static>), AddressError> {
    let tls = |error: &dyn std::fmt::Display| AddressError::Tls(error.to_string());
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in CertificateDer::pem_slice_iter(extra_roots.unwrap_or_default()) {
        let certificate = certificate.map_err(|error| tls(&error))?;
        roots.add(certificate).map_err(|error| tls(&error))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| tls(&error))?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}
