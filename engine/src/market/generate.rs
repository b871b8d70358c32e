//! From settings and a seed to a market.

use super::correlate::Cholesky;
use super::news::{Marked, events};
use super::path::{Market, Path};
use super::perpetual::Perpetual;
use super::process::stepper;
use super::settings::{MarketSettings, Shock};
use crate::primitives::draw::Normals;
use crate::primitives::{Decimal, Seed};

/// Largest and smallest price, in hundred-millionths: what leaves stays positive and far from the end.
const PRICE_MAX: f64 = 1e18;

impl Market {
    /// The market of settings without problems ([`super::check()`]).
    pub fn generate(settings: &MarketSettings, seed: &Seed) -> Self {
        let s = settings;
        let count = s.assets.len();
        // Settings without problems have correlations that can hold together.
        let factor = Cholesky::new(count, &s.correlation_ppm)
            .or_else(|_| Cholesky::new(count, &[]))
            .expect("the unit matrix has a factor");
        let marked = s.news.as_ref().map_or_else(Vec::new, |news| {
            events(news, seed, s.step_s, s.steps, count as u32)
        });
        let of_asset = |asset: &str| seed.fork("asset").fork(asset);
        let mut normals: Vec<_> = s
            .assets
            .iter()
            .map(|asset| Normals::new(of_asset(&asset.symbol).fork("innovations").stream()))
            .collect();
        let mut laws: Vec<_> = s
            .assets
            .iter()
            .map(|asset| stepper(&asset.law, s.step_s, &of_asset(&asset.symbol)))
            .collect();
        let mut logs: Vec<f64> = s
            .assets
            .iter()
            .map(|a| libm::log(a.price.0 as f64))
            .collect();
        let mut paths: Vec<_> = s
            .assets
            .iter()
            .map(|asset| Path {
                symbol: asset.symbol.clone(),
                prices: vec![asset.price],
            })
            .collect();
        let mut extra = vec![0.0; count];
        let mut fade = vec![1.0; count];
        let mut draws = vec![0.0; count];
        let mut shocks: Vec<&Shock> = s.shocks.iter().collect();
        shocks.sort_by_key(|shock| shock.step);
        let (mut next_shock, mut next_news) = (0, 0);
        for step in 1..=s.steps {
            for (draw, normals) in draws.iter_mut().zip(&mut normals) {
                *draw = normals.draw();
            }
            factor.apply(&mut draws);
            for asset in 0..count {
                extra[asset] *= fade[asset];
                logs[asset] += laws[asset].step(logs[asset], draws[asset], 1.0 + extra[asset]);
            }
            while let Some(shock) = shocks.get(next_shock).filter(|shock| shock.step <= step) {
                next_shock += 1;
                for asset in touched(shock.asset, count) {
                    logs[asset] += libm::log1p(f64::from(shock.change_ppm.max(-999_999)) / 1e6);
                    if shock.half_life > 0 {
                        extra[asset] += f64::from(shock.volatility_ppm) / 1e6 - 1.0;
                        fade[asset] = libm::exp2(-1.0 / f64::from(shock.half_life));
                    }
                }
            }
            while let Some(event) = marked.get(next_news).filter(|event| event.step <= step) {
                next_news += 1;
                excite(event, settings, &mut logs, &mut extra, &mut fade);
            }
            for asset in 0..count {
                let price = libm::round(libm::exp(logs[asset])).clamp(1.0, PRICE_MAX);
                logs[asset] = logs[asset].clamp(0.0, libm::log(PRICE_MAX));
                paths[asset].prices.push(Decimal(price as i64));
            }
        }
        let perpetuals = s.perpetuals.iter().filter_map(|perpetual| {
            let index = paths.get(perpetual.asset as usize)?;
            let seed = of_asset(&index.symbol);
            Some(Perpetual::generate(perpetual, index, s.step_s, &seed))
        });
        Self {
            step_s: s.step_s,
            perpetuals: perpetuals.collect(),
            paths,
            news: marked.into_iter().map(|event| event.news).collect(),
        }
    }
}

fn touched(asset: Option<u32>, count: usize) -> std::ops::Range<usize> {
    match asset {
        Some(asset) => (asset as usize).min(count)..(asset as usize + 1).min(count),
        None => 0..count,
    }
}

fn excite(
    event: &Marked,
    settings: &MarketSettings,
    logs: &mut [f64],
    extra: &mut [f64],
    fade: &mut [f64],
) {
    let Some(news) = &settings.news else { return };
    for asset in touched(event.news.asset, logs.len()) {
        logs[asset] += event.jump;
        extra[asset] += f64::from(news.volatility_ppm) / 1e6 * f64::from(event.news.severity);
        let half_life = f64::from(news.half_life_s.max(1)) / f64::from(settings.step_s.max(1));
        fade[asset] = libm::exp2(-1.0 / half_life);
    }
}
